// What the server and the process of a user's own model tell each other; both are of the same version.
import type { ModelInputs } from '../../models/model.ts'
import type { ModelPorts } from './interface.ts'

export type ToModelProcess =
  | { readonly kind: 'open'; readonly onnx: Uint8Array; readonly threads: number }
  | { readonly kind: 'predict'; readonly inputs: ModelInputs }

export type FromModelProcess =
  | { readonly kind: 'opened'; readonly ports: ModelPorts }
  | { readonly kind: 'predicted'; readonly probabilities: Float32Array }
  | { readonly kind: 'failed'; readonly message: string }
