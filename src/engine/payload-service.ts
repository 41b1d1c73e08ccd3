import { topicOfFrame } from '../capture/history/topic-history.ts';
import type { CaptureLog } from '../capture/log.ts';
import { frameDetail, framePayload } from '../capture/rows.ts';
import { topicMatches } from '../mqtt/topics.ts';
import { decodeAs, decodePayload } from '../payload/decode.ts';
import type { BoundDecoder, Decoded } from '../payload/decoding.ts';
import type { FrameDetail, PayloadDecoder, PayloadDecoding } from './contract.ts';
import type { PayloadBinding, SchemaSource } from './payload-contract.ts';
import type { CompiledSchema, LoadSchemaCompiler } from './schemas/schema-compiler.ts';
import type { SparkplugService } from './sparkplug/sparkplug-service.ts';
import { unpack } from './unpack.ts';

/** Bindings that are looked at, whatever the settings have. */
const mostBindings = 1000;

/** Decodes payloads of frames: as the settings bind them, as their content type says, and as a person asks. */
export class PayloadService {
  readonly #log: CaptureLog;
  readonly #sparkplug: SparkplugService;
  readonly #loadSchemaCompiler: LoadSchemaCompiler;
  #bindings: readonly { readonly topicFilter: string; readonly bound: BoundDecoder }[] = [];
  /** Counts the settings that came: compiling takes time, and only the newest count. */
  #settings = 0;

  constructor(
    log: CaptureLog,
    sparkplug: SparkplugService,
    loadSchemaCompiler: LoadSchemaCompiler,
  ) {
    this.#log = log;
    this.#sparkplug = sparkplug;
    this.#loadSchemaCompiler = loadSchemaCompiler;
  }

  /**
   * In the order of the settings: the first that matches a topic decides.
   * @returns what is wrong with schemas; payloads that they are for tell it too.
   */
  async configure(bindings: readonly PayloadBinding[]): Promise<readonly string[]> {
    const settings = ++this.#settings;
    const problems: string[] = [];
    const compiled: { topicFilter: string; bound: BoundDecoder }[] = [];
    for (const binding of bindings.slice(0, mostBindings)) {
      const { topicFilter, decoder, schema } = binding;
      if (!schema) {
        compiled.push({ topicFilter, bound: { decoder, binding: topicFilter } });
        continue;
      }
      const made = await this.#compile(decoder, schema);
      if ('problem' in made) problems.push(`${topicFilter}: ${made.problem}`);
      const parts = 'problem' in made ? { decode: failing(made.problem) } : made;
      compiled.push({
        topicFilter,
        bound: {
          decoder: decoder === 'avro' ? decoder : 'protobufSchema',
          binding: topicFilter,
          ...parts,
        },
      });
    }
    if (settings === this.#settings) this.#bindings = compiled;
    return problems;
  }

  /** Undefined when the frame is not held. */
  async detail(frame: number): Promise<FrameDetail | undefined> {
    const bound = await this.boundTo(frame);
    return frameDetail(this.#log, frame, (payload, contentType) =>
      decodePayload(payload, contentType, unpack, bound),
    );
  }

  /** The payload of a frame in one way; undefined when the frame is not held or has none. */
  async decode(frame: number, decoder: PayloadDecoder): Promise<PayloadDecoding | undefined> {
    const bound = await this.boundTo(frame);
    const found = framePayload(this.#log, frame);
    return found && decodeAs(decoder, found.payload, found.contentType, unpack, bound);
  }

  /** What the settings say of the topic of a frame's message, else what the topic itself does. */
  async boundTo(frame: number): Promise<BoundDecoder | undefined> {
    const { first, end } = this.#log;
    if (!Number.isInteger(frame) || frame < first || frame >= end) return undefined;
    const topicName = this.#log.topic(frame) ?? topicOfFrame(this.#log, frame);
    if (topicName === undefined || topicName === '') return undefined;
    const binding = this.#bindings.find(({ topicFilter }) => topicMatches(topicFilter, topicName));
    return binding?.bound ?? (await this.#sparkplug.boundTo(frame, topicName));
  }

  async #compile(
    decoder: PayloadDecoder,
    schema: SchemaSource,
  ): Promise<CompiledSchema | { problem: string }> {
    if (schema.problem !== undefined) return { problem: schema.problem };
    try {
      const compiler = await this.#loadSchemaCompiler();
      return decoder === 'avro' ? compiler.avro(schema) : compiler.protobuf(schema);
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Shows why there is no decoding, where the decoding would be. */
function failing(problem: string): (bytes: Uint8Array) => Decoded {
  return () => ({ text: '', truncated: 0, problem });
}
