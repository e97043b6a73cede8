// The server that holds a workspace, spoken to over its own HTTP interface.
import { sendTo } from '../client/send.ts'
import { createClient, type Client } from '../contract/client.ts'
import type { Workspace } from '../core/workspace.ts'
import { holderOf } from '../server/workspace-lock.ts'

/** A server at an address, by the operations of the contract. What it refuses is thrown as the AppError it was. */
export type Remote = Client

/** The server that holds the workspace; null when none does. */
export function remoteOf(workspace: Workspace): Remote | null {
  const url = holderOf(workspace)?.url
  return url === undefined ? null : createClient(sendTo({ url, token: process.env['ANNOTATE_TOKEN'] }))
}
