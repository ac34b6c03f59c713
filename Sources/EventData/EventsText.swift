/// A number of events with a verb that agrees with it, as in `1 event lies` and `2 events lie`.
package func eventsText(_ count: Int, _ one: String, _ many: String) -> String {
  count == 1 ? "1 event \(one)" : "\(count) events \(many)"
}
