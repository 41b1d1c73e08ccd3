import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maximumDepth, maximumInput, maximumOutput } from '../../src/payload/limits.ts';
import { decodedAs, formsOf } from './support.ts';

const encoder = new TextEncoder();
const xml = (text: string) => decodedAs('xml', encoder.encode(text));

describe('XML', () => {
  it('indents tags, and keeps a text beside its tags', () => {
    const { text, problem } = xml('<a x="1>2"><b>1 </b> <c/><d></d></a>\n');
    assert.equal(text, '<a x="1>2">\n  <b>1 </b>\n  <c/>\n  <d></d>\n</a>');
    assert.equal(problem, undefined);
  });

  it('keeps texts with tags between as they are', () => {
    assert.equal(xml('<p>a <b>c</b> d<i/></p>').text, '<p>a <b>c</b> d<i/>\n</p>');
  });

  it('keeps declarations, comments, instructions and CDATA', () => {
    const text =
      '<?xml version="1.0"?>\n<!-- <a> -->\n<a>\n  <?go > ?>\n  <b><![CDATA[<x>&]]></b>\n</a>';
    assert.equal(xml(text).text, text);
    assert.equal(xml(text.replace(/\n\s*/g, '')).text, text);
  });

  it('resolves no entity and reads no document type', () => {
    const bomb = `<!DOCTYPE a [<!ENTITY x "'>"><!ENTITY y SYSTEM "file:///etc/passwd"><!-- ]> ' -->]>`;
    const { text, problem } = xml(`${bomb}<a>&x;&y;&lt;</a>`);
    assert.equal(text, `${bomb}\n<a>&x;&y;&lt;</a>`);
    assert.equal(problem, undefined);
  });

  it('takes names of any language and the mark of UTF-8', () => {
    assert.equal(xml('\uFEFF<größe:水 a="ü"/>').text, '<größe:水 a="ü"/>');
    assert.equal(formsOf(encoder.encode('\uFEFF<a/>')).decodings[0]?.decoder, 'xml');
  });

  const hostile: [xml: string, shown: string, problem: RegExp][] = [
    ['<a><b>1</b>', '<a>\n  <b>1</b>', /Ends before <a> is closed/],
    ['<a><b></a>', '<a>\n  <b>', /character 6: <\/a>, but <b> is open/],
    ['</a>', '', /<\/a>, but nothing is open/],
    ['<a></a></a>', '<a></a>', /nothing is open/],
    ['<a/>x', '<a/>', /character 4: it is outside of the root/],
    ['<a/><b/>', '<a/>', /outside of the root/],
    ['x<a/>', '', /outside of the root/],
    ['<a><b', '<a>', /character 3: the tag does not end/],
    ['<a><b c="', '<a>', /the tag does not end/],
    ['<a><b <c/></a>', '<a>', /the tag does not end/],
    ['<a><1/></a>', '<a>', /no tag begins there/],
    ['<a><!-- ', '<a>', /<!-- does not end/],
    ['<a><![CDATA[ ', '<a>', /does not end/],
    ['<!DOCTYPE a [', '', /DOCTYPE does not end/],
    ['', '', /no element/],
    ['<!-- a -->', '<!-- a -->', /no element/],
  ];
  for (const [text, shown, problem] of hostile) {
    it(`tells what is wrong in ${text}`, () => {
      const decoding = xml(text);
      assert.equal(decoding.text, shown);
      assert.match(decoding.problem ?? '', problem);
      assert.ok(decoding.truncated >= 0);
    });
  }

  it('changes nothing but blanks between tags', () => {
    const text = fc.stringMatching(/^[^<&\s]{1,5}$/);
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, text, fc.constant('<e/>'), tie('element')),
      element: fc
        .array(tie('node'), { maxLength: 4 })
        .map((parts) => `<n a='>'>${parts.join('')}</n>`),
    }));
    fc.assert(
      fc.property(tree.element, (element) => {
        const decoding = xml(element);
        assert.equal(decoding.problem, undefined);
        assert.equal(decoding.text.replace(/\n\s*/g, ''), element);
      }),
    );
  });

  it('names its limits', () => {
    const deep = xml('<a>'.repeat(10_000));
    assert.match(deep.problem ?? '', new RegExp(`deeper than ${maximumDepth} levels`));
    assert.ok(deep.text.includes('<a>\n'));
    assert.match(xml(`<a>${'x'.repeat(maximumInput)}</a>`).problem ?? '', /larger than 1 MiB/);
    const long = xml(`<a>${'<b/>'.repeat(200_000)}</a>`);
    assert.equal(long.text.length, maximumOutput);
    assert.match(long.problem ?? '', /Cut after 512 KiB/);
    assert.ok(long.truncated > 0);
    // Also without being asked: it was XML until there.
    const many = encoder.encode(`<a>${'<b/>'.repeat(200_000)}</a>`);
    assert.equal(formsOf(many).decodings[0]?.decoder, 'xml');
  });

  it('survives a million things that never end', () => {
    for (const text of [
      '<',
      '<!--',
      '<a "',
      '<a>"',
      '<?',
      '<![CDATA[',
      '<!DOCTYPE "',
      '&',
      "<a b='",
    ]) {
      const decoding = xml(`<r>${text.repeat(Math.floor(1_000_000 / text.length))}`);
      assert.notEqual(decoding.problem, undefined);
    }
  });
});
