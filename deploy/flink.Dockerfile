# Flink with Millrace: the job's jar for the JobManager, everything native in lib, where one class loader loads it.
# Built from the repository's root, after "mvn -DskipTests verify" has made flink-job/target/millrace.
FROM flink:2.3.0-java17 AS base
USER root
COPY flink-job/target/millrace/cluster/lib/ /opt/flink/lib/
COPY flink-job/target/millrace/cluster/millrace-job.jar /opt/flink/usrlib/
COPY --chmod=755 deploy/health.sh deploy/jobmanager.sh /opt/millrace/
# DJL unpacks its natives there. Volumes take over the owner of what they cover.
ENV DJL_CACHE_DIR=/opt/flink/djl
RUN mkdir -p /data/checkpoints /data/results /opt/flink/djl \
    && chown -R flink:flink /data /opt/flink/djl /opt/flink/usrlib
USER flink

FROM base AS cpu
COPY flink-job/target/millrace/lib/pytorch-native-cpu-2.7.1-linux-x86_64.jar /opt/flink/lib/

# libtorch 2.7.1 for CUDA is some gigabytes and lies on the machine: mounted at /opt/libtorch.
FROM base AS gpu
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128
