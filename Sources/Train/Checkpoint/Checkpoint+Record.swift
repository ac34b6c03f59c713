internal import EventData

extension CacheIdentity {
  var record: Record {
    var record = Record()
    record["split_by"] = .text(split.name)
    if case .duration(let microseconds) = split {
      record["duration_us"] = .integer(UInt64(microseconds))
    }
    record["T"] = .integer(UInt64(frameCount))
    record["training_samples"] = .integer(UInt64(trainingSampleCount))
    record["test_samples"] = .integer(UInt64(testSampleCount))
    record["content_hash"] = .text(String(contentHash, radix: 16))
    dataSet?.add(to: &record)
    return record
  }

  init(_ record: Record) throws(Record.Defect) {
    let frameCount = try record.integer("T", in: 1...65_535)
    let split: FrameSplit =
      switch try record.choice("split_by", ["number", "time", "duration"].map { ($0, $0) }) {
      case "number": .number(frameCount: frameCount)
      case "time": .time(frameCount: frameCount)
      default:
        .duration(microseconds: Int64(try record.integer("duration_us", in: 1...Int.max)))
      }
    guard case .text(let text) = record["content_hash"], let hash = UInt64(text, radix: 16) else {
      throw Record.Defect(name: "content_hash", detail: "a hexadecimal number expected")
    }
    self.init(
      split: split, frameCount: frameCount,
      trainingSampleCount: try record.integer("training_samples", in: 0...Int(Int32.max)),
      testSampleCount: try record.integer("test_samples", in: 0...Int(Int32.max)),
      contentHash: hash, dataSet: try DataSetIdentity(record))
  }
}

extension TrainingPosition {
  /// The position and the optimizer's step count.
  func record(stepCount: Int) -> Record {
    var record = Record()
    record["epoch"] = .integer(UInt64(epoch))
    record["batch"] = .integer(UInt64(batchCount))
    record["loss_sum"] = .number(lossSum)
    record["correct"] = .integer(UInt64(correctCount))
    record["samples"] = .integer(UInt64(sampleCount))
    record["max_acc"] = bestAccuracy.map { .number($0) } ?? .absent
    record["max_epoch"] = bestEpoch.map { .integer(UInt64($0)) } ?? .absent
    record["step"] = .integer(UInt64(stepCount))
    return record
  }

  init(_ record: Record) throws(Record.Defect) {
    let counts = 0...Int(Int32.max)
    self.init()
    epoch = try record.integer("epoch", in: counts)
    batchCount = try record.integer("batch", in: counts)
    lossSum = try record.number("loss_sum")
    correctCount = try record.integer("correct", in: counts)
    sampleCount = try record.integer("samples", in: counts)
    bestAccuracy = try record.optionalNumber("max_acc")
    if record["max_epoch"] != .absent { bestEpoch = try record.integer("max_epoch", in: counts) }
  }
}
