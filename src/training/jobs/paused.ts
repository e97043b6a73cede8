// Why a job or a run stopped without being over: it is saved and goes on later.

export class Paused extends Error {
  constructor() {
    super('paused')
    this.name = 'Paused'
  }
}

/** A process of the run is gone; what was saved last is where it goes on. */
export class Interrupted extends Error {
  constructor(how: string) {
    super(how)
    this.name = 'Interrupted'
  }
}
