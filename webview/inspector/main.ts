/** Entry of the inspector's page. The extension host makes the shell: `<div id="root">`. */
import './inspector.css';
import './details/flow.css';
import { registerControls } from '../toolkit.ts';
import { connect } from './host.ts';
import { Inspector } from './inspector.ts';

registerControls();
const root = document.getElementById('root');
if (!root) throw new Error("The page has no element with id 'root'.");
const { host, memory } = connect();
root.append(new Inspector(host, memory).element);
host.notify('ready', null);
