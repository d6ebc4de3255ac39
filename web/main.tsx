import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import { render } from 'preact';
import { account } from './account.ts';
import { App } from './app.tsx';
import { followNotifications } from './push.ts';
import { listenForShortcuts } from './shortcuts.ts';
import './styles/shell.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
listenForShortcuts();
account.load();
followNotifications();
render(<App />, root);
