# ANNOTATE in a container: its server, or a worker beside it. compose.yaml starts them together with a PostgreSQL (docs/scale.md).
FROM node:24.11.1-bookworm-slim

ENV NODE_ENV=production ANNOTATE_WORKSPACE=/workspace
WORKDIR /annotate
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY tsconfig.json tsconfig.base.json vite.config.ts ./
COPY bin bin
COPY scripts scripts
COPY docs docs
COPY src src
# What the first start makes otherwise: later nothing but the workspace is written.
RUN node --input-type=module --eval "import { ensureLibraries } from './scripts/libraries.js'; import { ensurePage } from './scripts/page.js'; await ensureLibraries(); ensurePage()" \
  && rm -rf .tmp && mkdir /workspace && chown node:node /workspace

USER node
VOLUME /workspace
EXPOSE 8050
ENTRYPOINT ["node", "bin/annotate.js"]
CMD ["serve"]
