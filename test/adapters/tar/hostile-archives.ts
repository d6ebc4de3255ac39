import { limits } from '../../../wire/limits.ts';
import { block, body, end, entry, header, joined, pax, rawGz, tarGz } from './tar-bytes.ts';

const good = entry({ name: 'good' }, 'good');
const long = 'd/'.repeat(3000);
const whole = tarGz(good, entry({ name: 'more' }, 'x'.repeat(5000)));
const damaged = whole.slice();
damaged[damaged.byteLength - 6] = (damaged.at(-6) ?? 0) ^ 0xff;

/** A size in base 256, as GNU writes what no octal number holds. */
const base256 = (...tail: number[]): Uint8Array => {
  const bytes = new Uint8Array(12);
  bytes[0] = 0x80;
  bytes.set(tail, 12 - tail.length);
  return bytes;
};

const ofLinks = (target: string, name = 'dir/link') => tarGz(good, header({ name, type: '2', link: target }));
const ofName = (name: string, prefix = '') => tarGz(good, entry({ name, prefix }, 'x'));

/** Archives that nobody should unpack: what each is, its bytes, and words of the refusal that it gets. */
export const hostileArchives: [what: string, bytes: Uint8Array, words: string][] = [
  ['an absolute path', ofName('/etc/passwd'), '"/etc/passwd": The path is absolute'],
  ['an absolute path behind many slashes', ofName('///etc/passwd'), 'The path is absolute'],
  ['a path on a drive', ofName('C:\\Windows\\win.ini'), 'The path is absolute'],
  ['a path of a network share', ofName('\\\\server\\share'), 'The path is absolute'],
  ['a path that leads up', ofName('../../etc/passwd'), 'The path leads up'],
  ['a path that leads up behind `./`', ofName('./../x'), 'The path leads up'],
  ['a path that leads up in its middle', ofName('a/../../x'), 'The path leads up'],
  ['a path that leads up at its end', ofName('a/..'), 'The path leads up'],
  ['a path that leads up on Windows', ofName('a\\..\\..\\x'), 'The path leads up'],
  ['a path that leads up by its prefix', ofName('x', '../..'), 'The path leads up'],
  [
    'a path that a pax header leads up',
    tarGz(pax({ path: '../pax' }), entry({ name: 'pax' }, 'x')),
    '"../pax": The path leads up',
  ],
  ['a global pax path', tarGz(pax({ path: '/global' }, 'g'), entry({ name: 'a' }, 'x')), '"/global": The path is absolute'],
  ['a long GNU name that leads up', tarGz(entry({ name: '././@LongLink', type: 'L' }, '../long\0'), good), 'The path leads up'],
  ['a folder that leads up', tarGz(header({ name: '../dir/', type: '5' })), 'The path leads up'],
  ['a path with an empty part', ofName('a//b'), 'empty part'],
  ['a path with a dot in it', ofName('a/./b'), 'empty part or a `.`'],
  ['a file without a name', tarGz(good, entry({ name: '' }, 'x')), 'A path cannot be empty'],
  ['a path with a zero character', tarGz(pax({ path: 'a\0b' }), good), 'zero character'],
  ['a path longer than any system opens', tarGz(pax({ path: `${long}x` }), good), 'at most 4096 characters'],
  ['a path that is no UTF-8', tarGz(entry({ name: new Uint8Array([0x61, 0xff, 0xfe]) }, 'x')), 'not written in UTF-8'],
  ['a link to an absolute path', ofLinks('/etc/passwd'), 'dir/link is a link out of the workspace, to "/etc/passwd"'],
  ['a link that leads up and out', ofLinks('../../outside'), 'a link out of the workspace'],
  ['a link that leads out by a detour', ofLinks('a/b/../../../../x'), 'a link out of the workspace'],
  ['a link out on Windows', ofLinks('..\\..\\x'), 'a link out of the workspace'],
  ['a link to a drive', ofLinks('D:\\x'), 'a link out of the workspace'],
  [
    'a link whose pax target leads out',
    tarGz(pax({ linkpath: '../x' }), header({ name: 'l', type: '2', link: 'ok' })),
    'a link out of the workspace',
  ],
  ['a link to nothing', ofLinks(''), 'a link to nothing'],
  ['a link to no text', tarGz(pax({ linkpath: 'a\0b' }), header({ name: 'l', type: '2', link: 'x' })), 'a link to no text'],
  [
    'a file beneath a link',
    tarGz(header({ name: 'd', type: '2', link: 'elsewhere' }), entry({ name: 'd/x' }, 'x')),
    'd/x: The path lies beneath d, which is a link',
  ],
  ['a file beneath a file', tarGz(good, entry({ name: 'good/x' }, 'x')), 'good/x: The path lies beneath good, which is a file'],
  ['a hard link out', tarGz(good, header({ name: 'h', type: '1', link: '../../etc/shadow' })), 'The path leads up'],
  ['a hard link to an absolute path', tarGz(header({ name: 'h', type: '1', link: '/etc/shadow' })), 'The path is absolute'],
  [
    'a hard link to nothing before it',
    tarGz(header({ name: 'h', type: '1', link: 'later' }), entry({ name: 'later' }, 'x')),
    'h is a hard link to later, which is no file that came before it',
  ],
  [
    'a hard link to a link',
    tarGz(header({ name: 'l', type: '2', link: 'good' }), header({ name: 'h', type: '1', link: 'l' })),
    'h is a hard link to l, which is no file',
  ],
  ['a character device', tarGz(header({ name: 'null', type: '3' })), 'null is a device'],
  ['a block device', tarGz(header({ name: 'sda', type: '4' })), 'sda is a device'],
  ['a named pipe', tarGz(header({ name: 'pipe', type: '6' })), 'pipe is a named pipe'],
  ['a sparse file', tarGz(entry({ name: 's', type: 'S' }, 'x')), 'It holds a sparse file'],
  [
    'a sparse file in pax',
    tarGz(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }), entry({ name: 's' }, 'x')),
    'It holds a sparse file',
  ],
  ['a part of a file on several volumes', tarGz(entry({ name: 'm', type: 'M' }, 'x')), 'of the kind "M"'],
  ['a volume’s label', tarGz(header({ name: 'label', type: 'V' })), 'of the kind "V"'],
  ['the same path twice', tarGz(good, entry({ name: 'good' }, 'evil')), 'good is there twice.'],
  ['the same path twice, once behind `./`', tarGz(good, entry({ name: './good' }, 'evil')), 'good is there twice.'],
  ['a file and a link of one path', tarGz(good, header({ name: 'good', type: '2', link: 'x' })), 'good is there twice.'],
  [
    'a folder and a file of one path',
    tarGz(header({ name: 'd/', type: '5' }), entry({ name: 'd' }, 'x')),
    'as a folder and as none',
  ],
  ['a file and a folder of one path', tarGz(good, header({ name: 'good/', type: '5' })), 'as a folder and as none'],
  ['a wrong checksum', tarGz(good, header({ name: 'x', wrongBy: 1 })), 'checksum is wrong'],
  [
    'a size that is less than the file',
    tarGz(good, joined(header({ name: 'x', size: 1 }), body('x'.repeat(600)))),
    'checksum is wrong',
  ],
  [
    'a size that is more than the file',
    rawGz(joined(header({ name: 'x', size: 100_000 }), body('x')), end),
    'It ends before its end',
  ],
  ['a size that is no number', tarGz(header({ name: 'x', size: '9z9' })), 'a number that is none'],
  [
    'a size beyond any',
    tarGz(header({ name: 'x', size: base256(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) })),
    'a number beyond any size',
  ],
  [
    'a size over the cap',
    tarGz(header({ name: 'x', size: base256(0x7f, 0xff, 0xff, 0xff) })),
    `declare more than ${limits.maxUploadPlainBytes} bytes`,
  ],
  ['sizes over the cap together', tarGz(good, header({ name: 'x', size: limits.maxUploadPlainBytes - 3 })), 'declare more than'],
  [
    'a size that is given twice',
    tarGz(pax({ size: '1' }), entry({ name: 'x' }, 'x'.repeat(600))),
    'gives the size of a file twice',
  ],
  ['a pax header of a megabyte', tarGz(pax({ comment: 'x'.repeat(1_000_000) }), good), 'a pax header of more than'],
  [
    'a name of nine megabytes',
    tarGz(entry({ name: 'n', type: 'L' }, 'x'.repeat(9_000_000)), good),
    'gives a long name is too large',
  ],
  ['a single block of zeros in its middle', tarGz(good, new Uint8Array(block), good), 'a single block of zeros'],
  ['something behind its end', rawGz(good, end, good), 'Something follows its end'],
  ['no end', rawGz(good), 'It ends before its end'],
  ['an end within a header', rawGz(good, header({ name: 'x' }).slice(0, 100)), 'It ends before its end'],
  ['gzip data that is cut off', whole.slice(0, whole.byteLength - 20), 'gzip data is damaged, or its end is missing'],
  ['gzip data without its checksum', whole.slice(0, -8), 'gzip data is damaged, or its end is missing'],
  ['gzip data with a wrong checksum', damaged, 'gzip data is damaged'],
  ['gzip data with something behind it', joined(whole, new Uint8Array([1, 2, 3])), 'gzip data is damaged'],
  ['no gzip', joined(good, end), 'It is not gzip'],
  ['nothing', new Uint8Array(), 'It is empty'],
];
