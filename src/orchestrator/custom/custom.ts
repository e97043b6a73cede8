// The model that stands for files a user brings: it has checkpoints and goes live, and is never trained here.

export const CUSTOM = 'custom'
export const CUSTOM_NAME = 'Your own'
