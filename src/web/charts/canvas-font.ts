// The font of what is written on charts.
export const CANVAS_FONT = '500 10.5px "Inter Variable", Inter, system-ui, sans-serif'
