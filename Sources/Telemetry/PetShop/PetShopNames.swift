import IncidentModel

/// What the endings of PetShop's names say. Tracing on AWS names a node `<name>_<type>`:
///
/// - `_remote`: an address that was called and reports nothing itself,
/// - `_client`: the calling side of a service, seen apart from it,
/// - `_AWS::<service>[::<resource>]` and `_Database::SQL`: a resource of that kind; the kind gives the role.
///
/// Nothing else is made of names.
enum PetShopNames {
  static func component(_ name: String) -> Component {
    var component = Component(id: ComponentID(name))
    if name.hasSuffix("_remote") {
      component.role = .external
      component.isObservedOnlyByCallers = true
    } else if name.hasSuffix("_client") {
      component.isObservedOnlyByCallers = true
    } else if name.hasSuffix("_Database::SQL") {
      component.role = .database
    } else if let type = awsType(name) {
      component.role = role(ofService: type)
    }
    return component
  }

  /// The service's name behind the last `AWS::`.
  private static func awsType(_ name: String) -> Substring? {
    guard let prefix = name.ranges(of: "AWS::").last,
      prefix.lowerBound == name.startIndex || name[name.index(before: prefix.lowerBound)] == "_"
    else { return nil }
    return name[prefix.upperBound...].prefix { $0 != ":" }
  }

  private static func role(ofService service: Substring) -> ComponentRole {
    switch service {
    case "Lambda", "ECS", "EKS", "EC2", "StepFunctions", "ElasticBeanstalk": .application
    case "DynamoDB", "RDS": .database
    case "ElastiCache": .cache
    case "SQS", "SNS", "SimpleNotificationService", "Kinesis": .queue
    case "ApiGateway", "ElasticLoadBalancing", "AppSync": .gateway
    default: .external
    }
  }
}
