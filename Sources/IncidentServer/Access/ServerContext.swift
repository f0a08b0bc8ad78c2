import Hummingbird
import Logging

/// What a request carries besides itself: who it is from, once that is known.
package struct ServerContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Set before any handler of a route that needs a role is called.
  package var caller: Caller?

  package init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
  }

  /// For requests that come over no connection.
  package init(logger: Logger) {
    struct Source: RequestContextSource { var logger: Logger }
    coreContext = CoreRequestContextStorage(source: Source(logger: logger))
  }
}
