using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Devex.ServiceDefaults.Proxies;

public static class RequestBodies
{
    /// <summary>
    /// For a request that is passed on: whoever it is for bounds what it takes. An upload from a train stops and goes on, and one that stops for good ends by the forwarder's own limit.
    /// </summary>
    public static void TakeAnyBody(this HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
