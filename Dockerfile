# One file for every app: docker build --build-arg APP=oms .
ARG NODE_IMAGE=node:24-bookworm-slim

# The manifests that npm needs stand apart from the sources, so that their changes install nothing anew.
FROM ${NODE_IMAGE} AS sources
WORKDIR /app
COPY . .
RUN mkdir /manifests && cp --parents package.json package-lock.json */*/package.json */package.json /manifests

# All apps at once: every image takes its own out of the same layer. Optional are the compiler of this platform, and, unused here, Node and PostgreSQL.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=sources /manifests ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY --from=sources /app ./
RUN npx tsc -b apps/* && mkdir /built && cp -r apps libs /built && cd /built && find . \( -name src -o -name node_modules -o -name 'tsconfig*' -o -name project.json -o -name '*.d.ts' -o -name '*.map' \) -prune -exec rm -r {} +

# The app, its packages, and the libraries of ours that npm has linked for it.
FROM ${NODE_IMAGE} AS app
ARG APP
WORKDIR /app
COPY --from=sources /manifests ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --workspace "apps/${APP}" \
 && find node_modules \( -name '*.d.ts' -o -name '*.map' \) -delete \
 && readlink node_modules/@refundry/* | sed 's|^../../||' > /rooms \
 && mkdir /image && cp -r --parents package.json node_modules $(cat /rooms) /image
COPY --from=build /built /built
RUN cd /built && cp -r --parents $(cat /rooms) /image

FROM ${NODE_IMAGE}
ARG APP
COPY --from=app /image /app
WORKDIR /app/apps/${APP}
ENV NODE_ENV=production HOST=0.0.0.0 OPERATIONS_HOST=0.0.0.0 OPERATIONS_PORT=9100
USER 1000
EXPOSE 8080 9100
# bash is there and begins at once; another Node each time would cost as much as some hundred requests.
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$OPERATIONS_PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ $status = 200 ]"]
CMD ["node", "dist/main.js"]
