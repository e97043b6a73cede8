// StandardizedCNN against PyTorch. The fixture is made by scripts/fixtures/make_cnn_fixture.py.
import { cnn, network } from '../../../src/models/cnn.ts'
import { describeTwin } from './twin.ts'

describeTwin(cnn, network)
