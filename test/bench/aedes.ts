/** The peer aedes on a port: `node aedes.ts PORT`. */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker({ concurrency: 1000 });
createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1');
