/** A circle around what is drawn in it. */
const ring =
  'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13m0 1a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11';

/** The few pictures of the toolbar, drawn in a 16 by 16 box with the text's colour. */
const paths = {
  follow: 'M7.5 2h1v7.3l2.65-2.65.7.7L8 11.2 4.15 7.35l.7-.7L7.5 9.3zM3 13h10v1H3z',
  pause: 'M4 3h2.5v10H4zM9.5 3H12v10H9.5z',
  clear:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M2.5 8a5.5 5.5 0 0 1 9.05-4.2L3.8 11.55A5.5 5.5 0 0 1 2.5 8M8 13.5a5.5 5.5 0 0 1-3.5-1.25l7.75-7.75A5.5 5.5 0 0 1 8 13.5',
  publish: 'M1.5 2.2 15 8 1.5 13.8l1.6-5.3H8v-1H3.1z',
  star: 'M8 1.3l2 4.4 4.8.6-3.5 3.3.9 4.7L8 12l-4.2 2.3.9-4.7L1.2 6.3 6 5.7zm0 2.4L6.7 6.6l-3.2.4 2.3 2.2-.6 3.1L8 10.8l2.8 1.5-.6-3.1L12.5 7l-3.2-.4z',
  up: 'M8 3.3 13.2 8.5l-.7.7L8.5 5.2V13h-1V5.2l-4 4-.7-.7z',
  down: 'M8 12.7 2.8 7.5l.7-.7 4 4V3h1v7.8l4-4 .7.7z',
  fold: 'M2 2h12v12H2zM3 3v10h10V3zM5 7.5h6v1H5z',
  unfold: 'M2 2h12v12H2zM3 3v10h10V3zM5 7.5h2.5V5h1v2.5H11v1H8.5V11h-1V8.5H5z',
  close: 'm8 7.3 3.65-3.65.7.7L8.7 8l3.65 3.65-.7.7L8 8.7l-3.65 3.65-.7-.7L7.3 8 3.65 4.35l.7-.7z',
  copy: 'M5 1h8a1 1 0 0 1 1 1v9h-1V2H5zM3 4h7a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1m0 1v9h7V5z',
  save: 'M2.5 1.5h8.7l2.3 2.3v9.7a1 1 0 0 1-1 1h-10a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1m0 1v11H4V9h8v4.5h.5V4.2l-1.7-1.7H10V6H4.5V2.5zm3 0V5H9V2.5zM5 10v3.5h6V10z',
  start: 'M4.5 2.5v11l9-5.5z',
  done: 'M13.7 4.3 6.2 11.8 2.3 7.9l.7-.7 3.2 3.2L13 3.6z',
  failed: `${ring}M5.4 6.1l.7-.7L8 7.3l1.9-1.9.7.7L8.7 8l1.9 1.9-.7.7L8 8.7l-1.9 1.9-.7-.7L7.3 8z`,
  waiting: `${ring}M7.5 4h1v4.2l2.6 1.6-.5.8-3.1-1.9z`,
  sent: 'M2 7.5h9.2L8 4.3l.7-.7L13.1 8l-4.4 4.4-.7-.7 3.2-3.2H2z',
  none: `${ring}M5 7.5h6v1H5z`,
  unknown: `${ring}M7.5 10.6h1v1.1h-1zM8 4.2c-1.4 0-2.3.9-2.3 2.1h1c0-.7.5-1.1 1.3-1.1.7 0 1.2.4 1.2 1 0 .5-.3.8-.8 1.2-.6.4-.9.8-.9 1.6v.6h1v-.5c0-.5.2-.7.7-1.1.6-.5 1-1 1-1.8 0-1.2-.9-2-2.2-2z`,
} as const;

export type IconName = keyof typeof paths;

/** Makes the picture; hidden from screen readers, the control beside it has a name. */
export function icon(name: IconName): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('width', '16');
  svg.setAttribute('height', '16');
  svg.setAttribute('fill', 'currentColor');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
