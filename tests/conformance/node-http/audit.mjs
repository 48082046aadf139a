// Prints one JSON line for each audit: {id, name, status, reason}. The address of the endpoint is the one argument.
import { serverAudits } from 'graphql-http'

for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const { status, reason } = await audit.fn()
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason }))
}
