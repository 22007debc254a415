// What stands on paper: the words on each sheet of a PDF as Chromium prints it.

import { inflateSync } from 'node:zlib';

/** Which letters the codes of a font stand for, and how many digits a code has. */
interface Letters {
  digits: number;
  of: Map<number, string>;
}

function letters(table: string): Letters {
  const of = new Map<number, string>();
  const text = (hex: string): string => (hex.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16))).join('');
  for (const [, some = ''] of table.matchAll(/beginbfchar\n([^]*?)endbfchar/g)) {
    for (const [, code = '', letter = ''] of some.matchAll(/<(\w+)> <(\w+)>/g)) of.set(parseInt(code, 16), text(letter));
  }
  for (const [, some = ''] of table.matchAll(/beginbfrange\n([^]*?)endbfrange/g)) {
    for (const [, first = '', last = '', letter = ''] of some.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      for (let code = parseInt(first, 16); code <= parseInt(last, 16); code += 1) {
        of.set(code, String.fromCharCode(parseInt(letter, 16) + code - parseInt(first, 16)));
      }
    }
  }
  return { digits: /begincodespacerange\n<(\w+)>/.exec(table)?.[1]?.length ?? 4, of };
}

/** The words of each sheet in turn, without the spaces between them. */
export function sheets(pdf: Buffer): string[] {
  const objects = new Map<string, { head: string; data: string }>();
  const whole = pdf.toString('latin1');
  for (let at = 0; ; ) {
    const begins = /(\d+) 0 obj\s/g;
    begins.lastIndex = at;
    const found = begins.exec(whole);
    if (!found) break;
    const id = found[1] ?? '';
    const from = begins.lastIndex;
    const stream = whole.indexOf('stream\n', from);
    const end = whole.indexOf('endobj', from);
    if (stream < 0 || end < stream) {
      objects.set(id, { head: whole.slice(from, end), data: '' });
      at = end;
      continue;
    }
    const [head, data] = [whole.slice(from, stream), stream + 'stream\n'.length];
    const length = Number(/\/Length (\d+)/.exec(head)?.[1]);
    const bytes = Buffer.from(whole.slice(data, data + length), 'latin1');
    objects.set(id, { head, data: head.includes('/FlateDecode') && !head.includes('/Image') ? inflateSync(bytes).toString('latin1') : '' });
    at = data + length;
  }
  const object = (id: string | undefined): { head: string; data: string } => objects.get(id ?? '') ?? { head: '', data: '' };
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head));
  return pages.map(({ head }) => {
    const fonts = new Map<string, Letters>();
    for (const [, name = '', id = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      fonts.set(name, letters(object(/\/ToUnicode (\d+) 0 R/.exec(object(id).head)?.[1]).data));
    }
    let words = '';
    let font: Letters | undefined;
    for (const [, name, codes = ''] of object(/\/Contents (\d+) 0 R/.exec(head)?.[1]).data.matchAll(/\/(F\d+) [\d.]+ Tf|<([\dA-F]+)>/g)) {
      if (name) font = fonts.get(name);
      else if (font) {
        const each = codes.match(new RegExp(`.{${font.digits}}`, 'g')) ?? [];
        for (const code of each) words += font.of.get(parseInt(code, 16)) ?? '';
      }
    }
    return words.replace(/\s/g, '');
  });
}
