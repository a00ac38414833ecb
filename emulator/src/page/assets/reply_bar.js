// The line above the message box that says which message is being answered.

import { fill, h, iconButton } from './dom.js';
import { nameOf } from './state.js';

/** `ended` is called when the person has thought better of it. */
export function replyBar(ended) {
  let message = null;
  const element = h('div', { class: 'reply-bar', hidden: true });
  const end = () => {
    message = null;
    element.hidden = true;
  };
  return {
    element,
    end,
    to: () => message,
    begin(target) {
      message = target;
      element.hidden = false;
      fill(
        element,
        h('span', {}, 'Replying to ', h('strong', {}, nameOf(target.author))),
        iconButton('close', 'Cancel the reply', () => {
          end();
          ended();
        }),
      );
    },
  };
}
