# The gateway: the distribution without what computes. Built from the repository's root, after
# "mvn -DskipTests verify" has made flink-job/target/millrace.
FROM eclipse-temurin:17.0.15_6-jre-jammy
# The number of Flink's own user: both share the volume of results.
RUN groupadd --gid 9999 millrace && useradd --uid 9999 --gid 9999 --no-create-home millrace \
    && mkdir -p /data/results /data/gateway /var/log/millrace \
    && chown -R millrace:millrace /data /var/log/millrace
COPY flink-job/target/millrace/ /opt/millrace/
COPY --chmod=755 deploy/health.sh /opt/millrace/
ENV MILLRACE_LOG_DIR=/var/log/millrace
USER millrace
EXPOSE 8080
ENTRYPOINT ["/opt/millrace/bin/millrace"]
CMD ["gateway", "--help"]
