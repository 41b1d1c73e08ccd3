import { t } from '../../../src/base/localise.ts';
import { element } from '../dom.ts';

/** How far a long scan is; hidden until it is known to be long. */
export function createProgress(): HTMLElement {
  const progress = element('div', {
    className: 'progress',
    attributes: {
      role: 'progressbar',
      'aria-label': t('Filtering'),
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
  });
  progress.hidden = true;
  return progress;
}
