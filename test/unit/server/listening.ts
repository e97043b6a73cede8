// A client of a server's event stream that keeps what it hears.

export interface Listening {
  /** Payloads of one topic, as they came. */
  of<T>(topic: string): T[]
  stop(): void
}

/** @param types topics, with commas between */
export async function listenTo(url: string, types: string): Promise<Listening> {
  const leave = new AbortController()
  const { signal } = leave
  const response = await fetch(new URL(`/api/events?types=${types}`, url), { signal })
  const heard: { topic: string; payload: unknown }[] = []
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const [, topic, data] = /event: (.*)\ndata: (.*)/.exec(part) ?? []
        if (topic !== undefined) heard.push({ topic, payload: JSON.parse(data!) as unknown })
      }
    }
  }
  // Where the server ends, there is no more to hear.
  void read().catch(() => undefined)
  return {
    of: <T>(topic: string) => heard.filter((each) => each.topic === topic).map(({ payload }) => payload as T),
    stop: () => leave.abort(),
  }
}
