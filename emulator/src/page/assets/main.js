// Where the page begins: every part listens for what concerns it, then the stream is opened.

import './theme.js';
import './notice.js';
import './rail.js';
import './channels.js';
import './people.js';
import './members.js';
import './head.js';
import './message_menu.js';
import './composer.js';
import './panel_host.js';
import { byId } from './dom.js';
import { start } from './open.js';

byId('skip').addEventListener('click', (event) => {
  // The hash says who and where one is.
  event.preventDefault();
  byId('composer-text')?.focus();
});

start();
