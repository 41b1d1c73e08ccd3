/** Entry of the inspector's page. The extension host makes the shell: `<div id="root">`. */
// Before every module that makes texts.
import './translation.ts';
// In the order of the cascade: what narrows the page stands after what it narrows.
import './inspector.css';
import './shell/toolbar.css';
import './shell/filter.css';
import './table/table.css';
import './shell/empty-state.css';
import './details/details.css';
import './details/packet.css';
import './details/bytes.css';
import './details/payload.css';
import './shell/status-line.css';
import './narrow.css';
import './details/delivery.css';
import './details/flow.css';
import 'uplot/dist/uPlot.min.css';
import './details/history/history.css';
import './find/find.css';
import './statistics/statistics.css';
import './statistics/talkers.css';
import { registerControls } from '../toolkit.ts';
import { connect } from './host.ts';
import { Inspector } from './inspector.ts';

registerControls();
const root = document.getElementById('root');
if (!root) throw new Error("The page has no element with id 'root'.");
const { host, memory } = connect();
root.append(new Inspector(host, memory).element);
host.notify('ready', null);
