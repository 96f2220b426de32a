// Drives the real YAML language server on the schema of the documents, as an editor does: no diagnostics on
// `policies/`, a precise one on broken copies, completions, hovers. Broken copies are texts that are opened
// beside the originals; nothing is written.
//
//   node tests/editor/check.mjs SERVER      SERVER: the server's start script
//
// The settings are those of `.vscode/settings.json`, so what is tested is what a person gets.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { COMPLETIONS, HOVERS } from './asked.mjs';
import { BROKEN, NEVER, OWN } from './broken.mjs';
import { Client } from './client.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const policies = join(root, 'policies');
const server = process.argv[2];
if (!server || !existsSync(server)) {
  console.error('usage: node tests/editor/check.mjs SERVER (the start script of yaml-language-server)');
  process.exit(2);
}

let passed = 0;
let failed = 0;
function report(name, problems) {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const problem of problems) console.log(`       ${problem}`);
}

const show = ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`;

// The `yaml.*` settings of the editor, nested, and nothing from the net.
function settings() {
  const path = join(root, '.vscode', 'settings.json');
  const flat = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const yaml = { validate: true, hover: true, completion: true };
  for (const [key, value] of Object.entries(flat)) {
    if (key.startsWith('yaml.')) yaml[key.slice('yaml.'.length)] = value;
  }
  yaml.schemaStore = { enable: false };
  return { yaml, editor: { tabSize: 2 }, files: {}, '[yaml]': {} };
}

function yamlFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return yamlFiles(path);
      // The tool's own two files at the top are no documents.
      const own = folder === policies && ['entrant.yaml', 'emulator.yaml'].includes(entry.name);
      return /\.(yaml|yml)$/.test(entry.name) && !own ? [path] : [];
    })
    .sort();
}

// Splits a text at its cursor mark.
function cursor(text) {
  const at = text.indexOf('|');
  const before = text.slice(0, at).split('\n');
  return {
    text: text.slice(0, at) + text.slice(at + 1),
    position: { line: before.length - 1, character: before.at(-1).length },
  };
}

const client = new Client(process.execPath, [server, '--stdio'], settings());
await client.start(pathToFileURL(root).href);

// Every file of the estate: no diagnostics, and every key explains itself.
const estate = yamlFiles(policies).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
if (estate.length === 0) report('the estate', ['policies/ holds no documents']);
for (const { path, text } of estate) {
  const uri = pathToFileURL(path).href;
  const name = relative(root, path);
  const problems = (await client.open(uri, text)).map(show);
  if (!/^# yaml-language-server: \$schema=/m.test(text)) problems.push('the modeline is missing');
  report(`${name}: no diagnostics`, problems);

  const silent = [];
  for (const [line, content] of text.split('\n').entries()) {
    const key = /^(\s*(?:- )*)([A-Za-z]+):( |$)/.exec(content);
    if (!key) continue;
    const hover = await client.hover(uri, { line, character: key[1].length + 1 });
    if (!/[a-z]{3,}.*\./.test(hover)) silent.push(`${line + 1}: ${key[2]} has no hover`);
  }
  report(`${name}: every key has a hover`, silent);
  client.close(uri);
}

// Mistakes: one diagnostic, at the line, with the words.
for (const [index, mistake] of BROKEN.entries()) {
  const name = `${mistake.version}: ${mistake.name}`;
  const base = estate.find(({ text }) =>
    !/^---/m.test(text)
    && /^kind: AssignmentPolicy$/m.test(text)
    && /^apiVersion: beta$/m.test(text) === (mistake.version === 'beta')
    && mistake.find.test(text));
  if (!base) {
    report(name, [`no ${mistake.version} file of policies/ has ${mistake.find}`]);
    continue;
  }
  const at = base.text.search(mistake.find);
  const text = base.text.replace(mistake.find, mistake.replace);
  const line = mistake.line === 'first'
    ? text.split('\n').findIndex((l) => l !== '' && !l.startsWith('#'))
    : base.text.slice(0, at).split('\n').length - 1 + (mistake.line ?? 0);
  const uri = pathToFileURL(join(dirname(base.path), `broken-${index}.yaml`)).href;
  const found = await client.open(uri, text);
  client.close(uri);

  const problems = [];
  const here = found.filter(({ range }) => range.start.line === line);
  if (here.length !== 1) problems.push(`${here.length} diagnostics at line ${line + 1} instead of one`);
  if (found.length !== here.length) problems.push(`${found.length - here.length} elsewhere`);
  for (const word of mistake.says) {
    if (!here.some(({ message }) => message.includes(word))) problems.push(`the message does not say \`${word}\``);
  }
  for (const words of NEVER) {
    if (found.some(({ message }) => words.test(message))) problems.push(`a message says ${words}`);
  }
  if (problems.length > 0) problems.push(...found.map((d) => `  ${show(d)}`));
  report(`${name} (${relative(root, base.path)}:${line + 1})`, problems);
}

for (const { name, text, line, says = [], also } of OWN) {
  const uri = pathToFileURL(join(policies, `${name.replaceAll(' ', '-')}.yaml`)).href;
  const found = await client.open(uri, text);
  client.close(uri);
  // A misspelt required key is also missing: `also` is what the second message may say.
  const told = found.filter(({ message }) => !also?.test(message) || says.some((word) => message.includes(word)));
  const problems = [];
  if (told.length !== (line ? 1 : 0)) problems.push(`${told.length} diagnostics`);
  if (told.some(({ range }) => range.start.line + 1 !== line)) problems.push(`not at line ${line}`);
  for (const word of says) {
    if (!told.some(({ message }) => message.includes(word))) problems.push(`the message does not say \`${word}\``);
  }
  for (const words of NEVER) {
    if (found.some(({ message }) => words.test(message))) problems.push(`a message says ${words}`);
  }
  if (problems.length > 0) problems.push(...found.map((d) => `  ${show(d)}`));
  report(name, problems);
}

// What is asked, on texts of the test's own beside the estate.
async function opened(name, text, ask) {
  const { text: content, position } = cursor(text);
  const uri = pathToFileURL(join(policies, `${name.replaceAll(' ', '-')}.yaml`)).href;
  const modeline = '# yaml-language-server: $schema=../schemas/entrant.schema.json\n';
  await client.open(uri, modeline + content);
  const answer = await ask(uri, { ...position, line: position.line + 1 });
  client.close(uri);
  return answer;
}

for (const { name, text, offers, not = [] } of COMPLETIONS) {
  const items = await opened(name, text, (uri, position) => client.completions(uri, position));
  const labels = items.map(({ label }) => label.replaceAll('"', ''));
  const problems = [
    ...offers.filter((word) => !labels.includes(word)).map((word) => `does not offer \`${word}\``),
    ...not.filter((word) => labels.includes(word)).map((word) => `offers \`${word}\``),
  ];
  if (problems.length > 0) problems.push(`  offered: ${labels.join(', ')}`);
  report(`completion: ${name}`, problems);
}

for (const { name, text, says } of HOVERS) {
  const hover = await opened(name, text, (uri, position) => client.hover(uri, position));
  report(`hover: ${name}`, says.test(hover) ? [] : [`${says} is not in: ${hover || 'nothing'}`]);
}

await client.stop();
console.log(`\neditor: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
