package io.dotkv.replication.grpc.codec;

import com.google.rpc.BadRequest.FieldViolation;
import io.dotkv.kernel.PartitionId;
import io.dotkv.proto.replication.v1.ScrubFinding;
import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.ScrubResponse;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubReport;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Scrubs as messages, and back. */
public final class ScrubCodec {
    private ScrubCodec() {}

    public static ScrubRequest encode(ScrubJob order) {
        ScrubRequest.Builder message = ScrubRequest.newBuilder().setBytesPerSecond(order.bytesPerSecond());
        order.partitions().stream().sorted().forEach(partition -> message.addPartitions(partition.number()));
        return message.build();
    }

    public static ScrubJob decode(ScrubRequest request) throws InvalidRequestException {
        Set<PartitionId> partitions = new TreeSet<>();
        for (int number : request.getPartitionsList()) {
            if (number < 0 || number >= PartitionId.MAX_PARTITIONS) {
                throw invalid("partitions", "name no partition: " + Integer.toUnsignedString(number));
            }
            partitions.add(new PartitionId(number));
        }
        if (request.getBytesPerSecond() < 0) {
            throw invalid("bytes_per_second", "is too large");
        }
        return new ScrubJob(partitions, request.getBytesPerSecond());
    }

    private static InvalidRequestException invalid(String field, String description) {
        return new InvalidRequestException(
                "The scrub",
                List.of(FieldViolation.newBuilder()
                        .setField(field)
                        .setDescription(description)
                        .build()));
    }

    /** A report with the findings from the given number on, which were not sent yet. */
    public static ScrubResponse encode(ScrubReport report, int findingsSent, boolean isOver) {
        ScrubResponse.Builder message = ScrubResponse.newBuilder()
                .setPartitions(report.partitions())
                .setPartitionsDone(report.partitionsDone())
                .setPartitionsNotCompared(report.partitionsNotCompared())
                .setRows(report.rows())
                .setBytes(report.bytes())
                .setDamagedRows(report.damagedRows())
                .setUnreadable(report.unreadable())
                .setDifferences(report.differences())
                .setMended(report.mended())
                .setUndecided(report.undecided())
                .setIsOver(isOver);
        for (ScrubReport.Finding finding :
                report.findings().subList(findingsSent, report.findings().size())) {
            message.addFindings(ScrubFinding.newBuilder()
                    .setPartition(finding.partition().number())
                    .setSentence(finding.sentence()));
        }
        return message.build();
    }

    /** @throws IllegalArgumentException when a number is none */
    public static ScrubReport decode(ScrubResponse response, List<ScrubReport.Finding> all) {
        for (ScrubFinding finding : response.getFindingsList()) {
            all.add(new ScrubReport.Finding(new PartitionId(finding.getPartition()), finding.getSentence()));
        }
        return new ScrubReport(
                response.getPartitions(),
                response.getPartitionsDone(),
                response.getPartitionsNotCompared(),
                response.getRows(),
                response.getBytes(),
                response.getDamagedRows(),
                response.getUnreadable(),
                response.getDifferences(),
                response.getMended(),
                response.getUndecided(),
                all);
    }
}
