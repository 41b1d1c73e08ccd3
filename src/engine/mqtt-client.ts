/**
 * The client library, in a bundle of its own: the engine loads it when the first client connection
 * is made, and never before.
 */
export { connect } from 'mqtt';
