internal import ClassFolders
internal import EventData
package import FrameCache
package import SpikingNetwork

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
