internal import ClassFolders
internal import EventData
package import FrameCache
package import SpikingNetwork

extension FrameCache {
  /// Whether the samples are of the user's own recordings, whose sensor may have been guessed.
  package var isOfOwnRecordings: Bool { DataSetKind(named: schema.name) == .own }
}

extension PaperNetwork {
  /// The PLIF paper's network for a cache: the one for its data set, if the frames have the size
  /// that they have in the paper; `nil` if there is none.
  package init?(for cache: FrameCache) {
    switch DataSetKind(named: cache.schema.name) {
    case .gesture: self = .gesture
    case .nmnist: self = .nmnist
    case .cifar10DVS: self = .cifar10DVS
    case .own, nil: return nil
    }
    guard cache.networkInput == input else { return nil }
  }
}
