// What the figures on real seconds say, in words: written by hand when they were measured.

export const FOUND = `TBD`
