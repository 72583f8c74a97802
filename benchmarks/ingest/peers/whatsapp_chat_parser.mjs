// whatsapp-chat-parser 4.0.2 on one file: node whatsapp_chat_parser.mjs MODULE FILE
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const { parseString } = await import(pathToFileURL(process.argv[2]).href);
const messages = parseString(fs.readFileSync(process.argv[3], 'utf8'));
const authored = messages.filter((message) => message.author !== null);
console.log(
  JSON.stringify({
    authored: authored.length,
    authors: new Set(authored.map((message) => message.author)).size,
    system: messages.length - authored.length,
  }),
);
