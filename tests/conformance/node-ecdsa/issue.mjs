// usage: node issue.mjs CONTEXTS.json < questions > documents, one JSON value a line
// A question is {document, cryptosuite, curve, mandatory, shown}. The document is signed by a did:key made for it, with
// ecdsa-rdfc-2019, or with ecdsa-sd-2023: then the pointers of `mandatory` and `shown` are disclosed.
import fs from 'node:fs';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as sd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as rdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import jsigs from 'jsonld-signatures';

const contexts = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const purpose = new jsigs.purposes.AssertionProofPurpose();

async function documentLoader(url) {
  if(!Object.hasOwn(contexts, url)) {
    throw new Error(`not here: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: contexts[url], tag: 'static'};
}

async function issue({document, cryptosuite, curve, mandatory, shown}) {
  const key = await EcdsaMultikey.generate({curve});
  const {publicKeyMultibase} = await key.export({publicKey: true});
  key.controller = `did:key:${publicKeyMultibase}`;
  key.id = `${key.controller}#${publicKeyMultibase}`;
  const unsigned = {...document, issuer: {...document.issuer, id: key.controller}};
  const selective = cryptosuite === 'ecdsa-sd-2023';
  const signed = await jsigs.sign(unsigned, {
    suite: new DataIntegrityProof({
      signer: key.signer(),
      date: document.validFrom,
      cryptosuite: selective ? sd.createSignCryptosuite({mandatoryPointers: mandatory}) : rdfc
    }),
    purpose, documentLoader
  });
  return selective ? jsigs.derive(signed, {
    suite: new DataIntegrityProof({cryptosuite: sd.createDiscloseCryptosuite({selectivePointers: shown})}),
    purpose, documentLoader
  }) : signed;
}

for(const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  console.log(JSON.stringify(await issue(JSON.parse(line))));
}
