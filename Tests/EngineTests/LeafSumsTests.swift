import RandomStreams
import SpikingNetwork
import Testing

@testable import CPUEngine

/// Tests the order in which values of a batch's samples are summed.
@Suite("Sums over a batch")
struct LeafSumsTests {
  @Test("samples are summed half by half; of an odd number, the first half has one more")
  func tree() {
    let additions = SampleTree.additions(sampleCount: 5).map { [$0.into, $0.from] }
    #expect(additions == [[0, 1], [0, 2], [3, 4], [0, 3]])
    #expect(SampleTree.additions(sampleCount: 1).isEmpty)
    #expect(SampleTree.additions(sampleCount: 0).isEmpty)
    for count in 1...70 {
      // Each sample except the first is added once, to an earlier one, and not used again.
      let additions = SampleTree.additions(sampleCount: count)
      #expect(additions.map(\.from).sorted() == Array(1..<max(1, count)))
      for (number, addition) in additions.enumerated() {
        #expect(addition.into < addition.from)
        let later = additions[(number + 1)...]
        #expect(!later.contains { $0.into == addition.from || $0.from == addition.from })
      }
    }
  }

  @Test("the halves of an even batch are summed like separate batches", arguments: [2, 6, 16, 22])
  func halves(count: Int) {
    let half = SampleTree.additions(sampleCount: count / 2)
    let whole = SampleTree.additions(sampleCount: count)
    #expect(Array(whole.prefix(half.count)) == half)
    let second = whole.dropFirst(half.count).prefix(half.count)
    #expect(second.map(\.into) == half.map { $0.into + count / 2 })
  }

  @Test(
    "sums equal those of plain loops, bit for bit, for any number of threads",
    arguments: [1, 2, 7], [1, 3, 16])
  func definition(threadCount: Int, blockCount: Int) {
    let (sampleCount, count) = (7, 5000)
    var words = SplitMix64(seed: UInt64(blockCount))
    let values = (0..<sampleCount * blockCount).map { _ in
      (0..<count).map { _ in 2 * words.uniform() - 1 }
    }
    let workers = Workers(threadCount: threadCount)
    let sums = LeafSums<Float>(sampleCount: sampleCount, blockCount: blockCount, count: count)
    workers.forEach(values.count) { leaf in
      let own = unsafe sums.begin(sample: leaf / blockCount, block: leaf % blockCount)
      for index in 0..<count { unsafe own[index] += values[leaf][index] }
    }
    var samples = (0..<sampleCount).map { sample in
      (0..<count).map { index in
        (1..<max(1, blockCount)).reduce(values[sample * blockCount][index]) {
          $0 + values[sample * blockCount + $1][index]
        }
      }
    }
    for addition in SampleTree.additions(sampleCount: sampleCount) {
      for index in 0..<count { samples[addition.into][index] += samples[addition.from][index] }
    }
    let isSame = sums.total(workers).values == samples[0]
    #expect(isSame)
  }

  @Test(
    "sums of samples in groups, with few in memory, are the same, bit for bit",
    arguments: [1, 2, 5, 16, 23], [1, 2, 3, 16])
  func groups(sampleCount: Int, groupSize: Int) {
    let count = 100
    var words = SplitMix64(seed: UInt64(sampleCount))
    let values = (0..<sampleCount).map { _ in (0..<count).map { _ in 2 * words.uniform() - 1 } }
    let workers = Workers(threadCount: 2)
    let sums = SampleSums(
      sampleCount: sampleCount, groupSize: groupSize, count: count, memory: ReusableBuffer())
    for first in stride(from: 0, to: sampleCount, by: groupSize) {
      let samples = first..<min(sampleCount, first + groupSize)
      for (sample, slot) in zip(samples, sums.takeSlots(for: samples)) {
        let own = unsafe sums.address(ofSlot: slot)
        for index in 0..<count { unsafe own[index] = values[sample][index] }
      }
      sums.add(upTo: samples.upperBound, workers)
    }
    var expected = values
    for addition in SampleTree.additions(sampleCount: sampleCount) {
      for index in 0..<count { expected[addition.into][index] += expected[addition.from][index] }
    }
    let total = unsafe sums.total
    let isSame = (0..<count).allSatisfy { unsafe total[$0] == expected[0][$0] }
    #expect(isSame)
  }

  @Test("no two leaves share a cache line", arguments: [1, 15, 16, 17])
  func alignment(count: Int) {
    let sums = LeafSums<Float>(sampleCount: 3, blockCount: 2, count: count)
    for leaf in 0..<6 {
      let address = unsafe Int(bitPattern: sums.leaf(sample: leaf / 2, block: leaf % 2))
      #expect(address % 64 == 0)
    }
  }

  @Test("blocks of rows cover an image, and none is empty", arguments: [1, 5, 16, 17, 64, 100])
  func rowBlocks(rowCount: Int) {
    let blocks = RowBlocks(rowCount: rowCount)
    let rows = (0..<blocks.count).flatMap { Array(blocks.rows($0)) }
    #expect(rows == Array(0..<rowCount))
    #expect((0..<blocks.count).allSatisfy { !blocks.rows($0).isEmpty })
    #expect(rowCount < 16 || blocks.count == 16)
  }

  @Test("a batch of 16 has at least 128 leaves, also for the default network's convolutions")
  func leafCounts() {
    for side in [8, 16, 32, 64] {
      let shape = StageShape(
        stepCount: 16, sampleCount: 16, height: side, width: side, inputChannelCount: 128,
        channelCount: 128, inputBitPlaneCount: 1, pooling: .maximum)
      #expect(shape.rowBlocks.count * 16 >= 128)
      let division = SpikeConvolution.WeightDivision(shape)
      #expect(division.blockCount * division.sliceCount * 16 >= 128)
      #expect(division.sliceSize * division.sliceCount >= 128)
      #expect(division.sliceSize * (division.sliceCount - 1) < 128)
    }
  }
}
