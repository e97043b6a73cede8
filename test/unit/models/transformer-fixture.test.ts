// Transformer against PyTorch. The fixture is made by scripts/fixtures/make_transformer_fixture.py.
import { network, transformer } from '../../../src/models/transformer.ts'
import { describeTwin } from './twin.ts'

describeTwin(transformer, network)
