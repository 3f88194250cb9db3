using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>Source-generated JSON of Core's API, for Core, Web, Gateway and programs.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Repl))]
[JsonSerializable(typeof(ReplList))]
[JsonSerializable(typeof(CreateRepl))]
[JsonSerializable(typeof(UpdateRepl))]
[JsonSerializable(typeof(ForkRepl))]
[JsonSerializable(typeof(SessionTicket))]
[JsonSerializable(typeof(PreviewCode))]
[JsonSerializable(typeof(LanguageFetch))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(TemplateList))]
[JsonSerializable(typeof(DevexEvent))]
[JsonSerializable(typeof(CreateApiToken))]
[JsonSerializable(typeof(ApiTokenList))]
[JsonSerializable(typeof(NewApiToken))]
[JsonSerializable(typeof(MemberList))]
[JsonSerializable(typeof(SetMember))]
[JsonSerializable(typeof(CreateShareLink))]
[JsonSerializable(typeof(ShareLinkList))]
[JsonSerializable(typeof(NewShareLink))]
[JsonSerializable(typeof(ShareCode))]
[JsonSerializable(typeof(ShareOffer))]
[JsonSerializable(typeof(OperatorSessionList))]
[JsonSerializable(typeof(ForcedEnd))]
[JsonSerializable(typeof(Suspension))]
[JsonSerializable(typeof(SignInState))]
[JsonSerializable(typeof(AntiforgeryToken))]
[JsonSerializable(typeof(Gateway.SessionLocation))]
[JsonSerializable(typeof(Gateway.RedeemPreviewCode))]
[JsonSerializable(typeof(Gateway.PreviewSignIn))]
[JsonSerializable(typeof(Gateway.PublicKeys))]
public sealed partial class ApiJson : JsonSerializerContext;
