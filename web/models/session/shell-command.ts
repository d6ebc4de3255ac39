/**
 * One command that puts a settings file in its place on macOS or Linux. JSON is merged into what is there (lists keep what they
 * have, a copy of the old file stays beside it), which takes Node; any other file is only ever written new.
 */
export function shellCommand(path: string, content: string): string {
  const marker = markerFor(content);
  const body = content.endsWith('\n') ? content : `${content}\n`;
  if (isJsonObject(content)) return `node -e '${mergeScript}' ${shellPath(path)} <<'${marker}'\n${body}${marker}\n`;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const folderFirst = folder === '' ? '' : `mkdir -p ${shellPath(folder)} && `;
  return `(umask 077; ${folderFirst}set -o noclobber && cat > ${shellPath(path)} <<'${marker}'\n${body}${marker}\n)\n`;
}

/** What the command does, in words for the screen. */
export const commandNote = (content: string): string =>
  isJsonObject(content)
    ? 'Merges into the file if there is one and keeps a copy of it. Needs Node.'
    : 'Writes the file, or refuses if there is one already: then add these lines to it yourself.';

/** Kept free of single quotes, so that a shell can hand it over as it is. */
const mergeScript = [
  'const fs=require("fs"),path=require("path"),file=process.argv[1],old=fs.existsSync(file)?fs.readFileSync(file,"utf8"):"";',
  'const plain=v=>v!==null&&typeof v==="object"&&!Array.isArray(v),same=(a,b)=>JSON.stringify(a)===JSON.stringify(b);',
  'const merge=(a,b)=>Array.isArray(a)&&Array.isArray(b)?[...a,...b.filter(v=>!a.some(w=>same(v,w)))]',
  ':plain(a)&&plain(b)?Object.fromEntries(Object.keys({...a,...b}).map(k=>[k,!(k in b)?a[k]:k in a?merge(a[k],b[k]):b[k]])):b;',
  'const next=merge(old.trim()?JSON.parse(old):{},JSON.parse(fs.readFileSync(0,"utf8")));',
  'fs.mkdirSync(path.dirname(file),{recursive:true});if(old)fs.writeFileSync(file+".before-flightdeck",old,{mode:0o600});',
  'fs.writeFileSync(file,JSON.stringify(next,null,2)+"\\n",{mode:0o600});fs.chmodSync(file,0o600);console.log("Wrote "+file)',
].join('');

/** A path for the shell: `~/` stays the home folder, the rest is quoted where it has to be. */
function shellPath(path: string): string {
  const [home, rest] = path.startsWith('~/') ? ['~/', path.slice(2)] : ['', path];
  return home + (/^[\w./-]+$/.test(rest) ? rest : `'${rest.replaceAll("'", `'\\''`)}'`);
}

function markerFor(content: string): string {
  let marker = 'FLIGHTDECK';
  while (content.split('\n').includes(marker)) marker += '_';
  return marker;
}

function isJsonObject(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
