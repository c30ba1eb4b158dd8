export interface Frame {
  view: number;
}
