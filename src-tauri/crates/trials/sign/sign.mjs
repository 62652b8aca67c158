// LiveKit tokens signed with LiveKit's own npm package: `node sign.mjs COUNT` prints the seconds.
import { AccessToken } from 'livekit-server-sdk';

const count = Number(process.argv[2]);
const secret = 'a-secret-of-the-benchmark-0123456789';
const sign = async (n) => {
  const token = new AccessToken('key', secret, { identity: `user-${n}`, name: 'Ada', ttl: '10m' });
  token.addGrant({
    room: 'pizoo-match-1', roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true,
    canPublishSources: [1, 2],
  });
  return token.toJwt();
};
for (let n = 0; n < 200; n += 1) await sign(n);
const start = process.hrtime.bigint();
for (let n = 0; n < count; n += 1) await sign(n);
console.log(Number(process.hrtime.bigint() - start) / 1e9);
