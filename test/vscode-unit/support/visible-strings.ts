/**
 * String literals of the pages that look as if a person saw them. Those that stand outside `t()`
 * could not be translated; a test says that there are none.
 */
import ts from 'typescript';

/** Terms of the specification, units and names: the same in every language. */
const terms =
  /\b(?:QoS|MQTT|UTF-8|Mermaid|PNG|CSV|JSON|DUP|RETAIN|[A-Z]{2,}|KB|MB|GB|B|px|ms|msg\/s|s)\b/g;

/** What is a name to the program wherever it stands: keys of the keyboard, drawings, fonts, addresses, commands. */
const names =
  /^(?:Arrow(?:Up|Down|Left|Right)|Home|End|PageUp|PageDown|Enter|Escape|Delete|Tab|F\d+|M[\d. $].*|\d+px .*|minmax\(.*|[.#].*|host\/.*|http:.*|\w+\.js|mosquitto_pub .*|participant .*|[\w-]*-[\w-]*)$/s;

/** A value of the program, unless it is set as a text. */
const singleWord = /^[a-z]+(?:[A-Z][a-z]*)*$/;

/** Two words, or one that begins a sentence or ends a clause. */
const words = /[a-z] [a-z]|[A-Z][a-z]|[a-z]{2}[:,. ]|^\p{L}+ ?$/u;
/** A word beside what is filled in. */
const wordInTemplate = /(?:^|\s)[a-z]{4,}(?:\s|$)/;

/** Properties and attributes whose value a person reads or hears, were it a single word. */
const readProperties = new Set([
  'text',
  'label',
  'title',
  'counted',
  'placeholder',
  'aria-label',
  'aria-description',
]);
/** Properties that only the program reads. */
const innerProperties = new Set(['className', 'role', 'type', 'icon', 'appearance', 'd', 'font']);
/** Functions whose text arguments only the program reads. */
const innerFunctions = new Set([
  't',
  'closest',
  'querySelector',
  'querySelectorAll',
  'matches',
  'getElementById',
  'addEventListener',
  'notify',
  'request',
  'toggle',
  'add',
  'remove',
  'contains',
  'startsWith',
  'createElement',
  'named',
  'getPropertyValue',
]);

export type Literal = ts.StringLiteralLike | ts.TemplateExpression;

/** Every literal of a source file that a person seems to see, and that is not given to `t()`. */
export function visibleLiterals(source: ts.SourceFile): Literal[] {
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      if (isVisible(node)) found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The text of a literal, with a blank for what is filled in. */
export function textOf(node: Literal): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  return node.head.text + node.templateSpans.map(({ literal }) => ` ${literal.text}`).join('');
}

function isVisible(node: Literal): boolean {
  const { parent } = node;
  const use = useOf(node);
  if (use === 'inner') return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  const text = textOf(node).trim();
  // A single word is read where it is set as a text; elsewhere it is a value of the program.
  const isText = ts.isTemplateExpression(node)
    ? wordInTemplate.test(text) || words.test(text)
    : words.test(text) && !singleWord.test(text);
  if (use !== 'read' && (names.test(text) || !isText)) return false;
  return /[a-z]{2}/.test(text.replace(terms, ''));
}

/** Who reads the value of an expression: a person, the program, or not to be told. */
function useOf(node: ts.Node): 'read' | 'inner' | undefined {
  const { parent } = node;
  if (ts.isConditionalExpression(parent) && parent.condition !== node) return useOf(parent);
  if (ts.isParenthesizedExpression(parent) || ts.isTemplateSpan(parent)) {
    return useOf(ts.isTemplateSpan(parent) ? parent.parent : parent);
  }
  if (ts.isBinaryExpression(parent)) {
    const compares = [
      ts.SyntaxKind.EqualsEqualsEqualsToken,
      ts.SyntaxKind.ExclamationEqualsEqualsToken,
    ];
    if (compares.includes(parent.operatorToken.kind)) return 'inner';
    if (ts.isPropertyAccessExpression(parent.left) && parent.right === node) {
      return useOfName(parent.left.name.text);
    }
  }
  if (ts.isCaseClause(parent) || ts.isElementAccessExpression(parent)) return 'inner';
  if (ts.isVariableDeclaration(parent) && parent.name.getText() === 'className') return 'inner';
  if (ts.isPropertyAssignment(parent)) return useOfName(parent.name.getText().replace(/'/g, ''));
  if (ts.isCallExpression(parent)) return useOfArgument(parent, node);
  return undefined;
}

function useOfArgument(call: ts.CallExpression, node: ts.Node): 'read' | 'inner' | undefined {
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression)
    ? expression.name.text
    : expression.getText();
  if (innerFunctions.has(name)) return 'inner';
  const index = call.arguments.findIndex((argument) => argument === node);
  if (name === 'formatPlural' || name === 'setText' || name === 'announce') return 'read';
  if (name !== 'setAttribute') return undefined;
  const attribute = call.arguments[index - 1];
  return attribute && ts.isStringLiteral(attribute) ? useOfName(attribute.text) : undefined;
}

function useOfName(name: string): 'read' | 'inner' | undefined {
  if (readProperties.has(name)) return 'read';
  return innerProperties.has(name) || name.startsWith('data-') ? 'inner' : undefined;
}
