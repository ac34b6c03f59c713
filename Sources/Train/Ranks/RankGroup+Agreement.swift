package import SpikingNetwork
internal import SystemPackage

/// Ranks of a training, which fail, stop and continue together.
extension RankGroup {
  /// Runs a body that may fail on some ranks only; if it does, all ranks throw.
  ///
  /// The body must not make sums over the ranks: those of a rank that fails would be missing.
  ///
  /// - Parameters:
  ///   - isOfFirst: Whether only rank 0 does something in the body, as with the run's folder: then
  ///     errors do not name a rank, and are those of a single process.
  ///   - isCancelled: Whether this rank was asked to stop; asked after the body.
  ///   - body: The work of this rank.
  /// - Returns: What the body returned.
  /// - Throws: ``TrainError``: the same on all ranks, that of the lowest rank that failed, or with
  ///   code `cancelled` if one was asked to stop; another one if the ranks cannot be reached.
  package func agree<Value: ~Copyable>(
    isOfFirst: Bool = false, isCancelled: () -> Bool = { false },
    _ body: () throws(TrainError) -> Value
  ) throws(TrainError) -> Value {
    if isSingle {
      let value = try body()
      if isCancelled() { throw .cancelled() }
      return value
    }
    var value: Value?
    var failure: TrainError?
    do throws(TrainError) { value = try body() } catch { failure = error }
    var counts = [failure == nil ? 0 : 1, isCancelled() ? 1 : 0]
    try trainSum(&counts)
    if counts[0] > 0 { throw try sharedFailure(failure, namesRank: !isOfFirst) }
    if counts[1] > 0 { throw TrainError.cancelled().shared }
    guard let value else { preconditionFailure("neither a value nor an error") }
    return value
  }

  /// The first number that is not 0, in the order of the ranks; 0 if there is none.
  ///
  /// - Throws: ``TrainError`` if the ranks cannot be reached.
  package func firstNonzero(_ number: Int) throws(TrainError) -> Int {
    try gathered(number).first { $0 != 0 } ?? 0
  }

  /// The error that all ranks throw after at least one of them has failed.
  ///
  /// - Parameters:
  ///   - own: The error of this rank, if it failed.
  ///   - namesRank: Whether to name the rank that failed.
  private func sharedFailure(
    _ own: TrainError?, namesRank: Bool
  ) throws(TrainError) -> TrainError {
    let separator = "\n"
    let text = own.map {
      "\($0.code.rawValue)\(separator)\(HostName.ofThisMachine)\(separator)\($0)"
    }
    let texts = try gathered(text ?? "")
    guard let failed = texts.firstIndex(where: { !$0.isEmpty }) else {
      preconditionFailure("no rank has an error")
    }
    let parts = texts[failed].split(
      separator: separator, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let number = Int(parts[0]), let code = TrainError.Code(rawValue: number)
    else { preconditionFailure("an error expected, '\(texts[failed])' found") }
    // What is the same everywhere is not the matter of one rank.
    let isEverywhere = texts.allSatisfy { $0.split(separator: separator).last == parts.last }
    if isEverywhere || !namesRank, let own { return own.shared }
    return TrainError(
      code, "", namesRank ? name(ofRank: failed, host: String(parts[1])) : "", String(parts[2]),
      cause: failed == rank ? own : nil
    ).shared
  }

  /// A rank as messages name it.
  func name(ofRank rank: Int, host: String) -> String { "rank \(rank) on \(host)" }
}

extension TrainError {
  /// The same error, as one that all ranks throw.
  var shared: TrainError {
    var error = self
    error.isShared = true
    return error
  }
}
