// An ONNX file whose weights lie in files beside it becomes one file; nothing outside its own folder is read.
import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import { externalTensors, withData, type ExternalTensor } from '../../nn/external-data.ts'
import { invalidFile } from './interface.ts'

/** Bytes of all weights together: what an uploaded model may have, too. */
const LARGEST = 256 * 2 ** 20

/** How to make one file out of two; `file` is the model's name. */
export function howInOneFile(file: string): string {
  return `export in one file with torch.onnx.export(…, external_data=False), or put them in with onnx.save(onnx.load("${file}"), "one-file.onnx")`
}

/** The files that a model says its weights are in; none where it holds them itself, or is no ONNX file at all. */
export function weightFiles(onnx: Uint8Array): string[] {
  try {
    return [...new Set(externalTensors(onnx).map(({ location }) => location))]
  } catch {
    return []
  }
}

/**
 * The model at `path` with the weights that lie beside it put in; one that holds them already comes back as it is.
 * @throws AppError `invalid_model_file` (422): a file that is not there, lies elsewhere, is no plain file, is shorter than the model says
 */
export async function inOneFile(path: string, onnx: Uint8Array): Promise<Uint8Array> {
  if (weightFiles(onnx).length === 0) return onnx
  const tensors = externalTensors(onnx)
  const file = basename(path)
  const folder = await realpath(dirname(path))
  const data: Uint8Array[] = []
  let total = 0
  for (const tensor of tensors) {
    const own = await weightsOf(file, folder, tensor, LARGEST - total)
    total += own.length
    data.push(own)
  }
  return withData(onnx, data)
}

async function weightsOf(
  file: string,
  folder: string,
  tensor: ExternalTensor,
  most: number,
): Promise<Uint8Array> {
  const handle = await openBeside(file, folder, tensor.location)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw refused(file, tensor.location, 'which is no plain file')
    const { offset } = tensor
    const length = tensor.length ?? stat.size - offset
    const whole = [offset, length].every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0)
    if (!whole || offset + length > stat.size) {
      const where = `${tensor.tensor} is ${length} bytes from byte ${offset} on`
      throw refused(file, tensor.location, `which has ${stat.size} bytes where ${where}`)
    }
    if (length > most) throw refused(file, tensor.location, `more than ${LARGEST / 2 ** 20} MiB in all`)
    return await read(handle, offset, length)
  } finally {
    await handle.close()
  }
}

/** Never waits for a pipe, never follows a link out of the folder. */
async function openBeside(file: string, folder: string, location: string): Promise<FileHandle> {
  const outside = 'which is not in the folder of the model: only what lies there is read'
  if (location === '' || isAbsolute(location) || /^[a-z]:|\\|\0/i.test(location)) {
    throw refused(file, location, outside)
  }
  if (location.split('/').includes('..')) throw refused(file, location, outside)
  const place = await realpath(join(folder, location)).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw refused(file, location, missing ? 'which does not lie beside it: put it there' : messageOf(error))
  })
  if (!place.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw refused(file, location, outside)
  return open(place, constants.O_RDONLY | constants.O_NONBLOCK)
}

async function read(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes
}

function refused(file: string, location: string, why: string): Error {
  return invalidFile(file, [`its weights are in ${location}, ${why}; or ${howInOneFile(file)}`])
}
