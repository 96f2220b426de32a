// A small client of a language server over stdio: just enough of the protocol to open a text, wait for its
// diagnostics, and ask for completions and hovers. No dependencies.

import { spawn } from 'node:child_process';

// How long any answer may take before the test gives up, in milliseconds.
const PATIENCE = 30_000;
// How long a server is quiet before its diagnostics count as final.
const QUIET = 150;

export class Client {
  #process;
  #buffer = Buffer.alloc(0);
  #pending = new Map();
  #published = new Map();
  #nextId = 1;

  // `settings` is what the editor's settings file says, nested by section.
  constructor(command, args, settings) {
    this.settings = settings;
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout.on('data', (chunk) => this.#receive(chunk));
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the server ended (${code})`));
    });
  }

  async start(rootUri) {
    const folder = { uri: rootUri, name: 'repository' };
    await this.request('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [folder],
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: {}, workspaceFolders: true },
        textDocument: {
          publishDiagnostics: { relatedInformation: false },
          hover: { contentFormat: ['markdown', 'plaintext'] },
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        },
      },
    });
    this.notify('initialized', {});
    this.notify('workspace/didChangeConfiguration', { settings: this.settings });
  }

  // Opens a text and waits for its diagnostics. The text need not be on disk.
  async open(uri, text) {
    this.#published.delete(uri);
    this.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    const deadline = Date.now() + PATIENCE;
    while (true) {
      const seen = this.#published.get(uri);
      if (seen && Date.now() - seen.at >= QUIET) return seen.diagnostics;
      if (Date.now() > deadline) throw new Error(`no diagnostics for ${uri}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  close(uri) {
    this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  async completions(uri, position) {
    const answer = await this.request('textDocument/completion', { textDocument: { uri }, position });
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  async hover(uri, position) {
    const answer = await this.request('textDocument/hover', { textDocument: { uri }, position });
    const contents = answer?.contents ?? '';
    return typeof contents === 'string' ? contents : (contents.value ?? '');
  }

  async stop() {
    await this.request('shutdown', null);
    this.notify('exit', null);
  }

  request(method, params) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE);
      timer.unref();
      this.#pending.set(id, { resolve, reject, timer });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #receive(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (true) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString('utf8', 0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#handle(message);
    }
  }

  #handle(message) {
    if (message.method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = message.params;
      this.#published.set(uri, { at: Date.now(), diagnostics });
    } else if (message.method === 'workspace/configuration') {
      const result = message.params.items.map(({ section }) =>
        (section ?? '').split('.').reduce((at, key) => (key ? at?.[key] : at), this.settings) ?? null);
      this.#send({ jsonrpc: '2.0', id: message.id, result });
    } else if (message.method && message.id !== undefined) {
      this.#send({ jsonrpc: '2.0', id: message.id, result: null });
    } else if (message.id !== undefined) {
      const { resolve, reject, timer } = this.#pending.get(message.id) ?? {};
      this.#pending.delete(message.id);
      clearTimeout(timer);
      if (message.error) reject?.(new Error(`${message.error.message}`));
      else resolve?.(message.result);
    }
  }
}
