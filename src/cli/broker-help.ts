import { optionRows, type OptionRow } from './config/shape.ts';

/** Columns of a terminal that the help is written for, and where descriptions begin. */
const columns = 100;
const descriptionColumn = 31;

/** A heading and its options, each with what is told of it. */
type Group = readonly [heading: string, lines: readonly (readonly [string, string])[]];

/** `mqtt-workbench broker --help`. */
export function brokerHelp(): string {
  const groups: Group[] = [
    [
      'Configuration',
      [
        [
          '--config FILE',
          'JSON file of what follows; options go before what it says. Its schema is media/broker-config.schema.json; name it *.mqtt-broker.json, and VS Code completes it.',
        ],
        ['--print-config', 'print the configuration that holds, with all defaults, and end'],
      ],
    ],
    ['Listeners', linesOf(([first], length) => length === 1 && first !== undefined)],
    ['TLS', linesOf(([first]) => first === 'tls')],
    [
      'Access',
      [
        ...linesOf(([first]) => first === 'access'),
        [
          '--allow ACTION:FILTER',
          'Allow to publish, subscribe or both (all) by topic filter, such as publish:sensors/%c/#; %c stands for the client identifier and %u for the user name. Repeatable.',
        ],
        [
          '--deny ACTION:FILTER',
          'Deny. The first rule that fits decides, in the order given, before those of the file; what none fits is denied; without rules everything is allowed.',
        ],
      ],
    ],
    ['Persistence', linesOf(([first]) => first === 'persistence')],
    ['Limits', linesOf(([first]) => first === 'limits')],
    [
      'Output',
      [
        [
          '--log WHAT',
          'packets: print each control packet; messages: each application message; none (default none)',
        ],
        ['--json', 'print lines of JSON'],
        ['--help', 'print this text'],
      ],
    ],
  ];
  const body = groups.map(
    ([heading, lines]) =>
      `${heading}:\n${lines.map(([option, text]) => optionLines(option, text)).join('\n')}`,
  );
  return [
    'Usage: mqtt-workbench broker [options]',
    wrap(
      'Runs an MQTT broker (3.1, 3.1.1 and 5.0) until it is interrupted. Prints one line for each address it listens on, then the packets that pass, when asked.',
      columns,
    ).join('\n'),
    ...body,
    'Signals:\n' +
      optionLines(
        'SIGHUP',
        'read users and rules again, from --config and --users; when something is wrong with them it is reported, and the old ones stay',
      ) +
      '\n' +
      optionLines('SIGINT, SIGTERM', 'disconnect all clients and end'),
    'Exit codes: 0 after SIGINT or SIGTERM, 2 for wrong options, a wrong configuration or a taken port.',
  ].join('\n\n');
}

function linesOf(
  belongs: (path: readonly string[], length: number) => boolean,
): (readonly [string, string])[] {
  return optionRows
    .filter(({ path }) => belongs(path, path.length))
    .map((row) => [`--${row.option} ${row.value}`, describe(row)]);
}

/** Its description, then unit, bounds and default in brackets. */
function describe({ shape }: OptionRow): string {
  const facts: string[] = [];
  if (shape.kind === 'number') {
    const most = shape.most === Number.MAX_SAFE_INTEGER ? 'up' : `to ${shape.most}`;
    facts.push(`${shape.unit ?? ''} ${shape.least} ${most}`.trim());
  }
  if (shape.kind === 'choice') facts.push(shape.choices.join(', '));
  if (shape.usual !== undefined) {
    facts.push(`default ${shape.usual === '' ? 'empty' : String(shape.usual)}`);
  }
  return facts.length === 0 ? shape.description : `${shape.description} (${facts.join('; ')})`;
}

function optionLines(option: string, text: string): string {
  const margin = ' '.repeat(descriptionColumn);
  const lines = wrap(text, columns - descriptionColumn);
  const head = `  ${option}`;
  if (head.length + 2 > descriptionColumn) {
    return [head, ...lines.map((line) => margin + line)].join('\n');
  }
  const [first = '', ...rest] = lines;
  return [head.padEnd(descriptionColumn) + first, ...rest.map((line) => margin + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
