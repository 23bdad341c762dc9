import type { MountedEndpoint } from '@refundry/resource';
import { getCancellationReason, listCancellationReasons, pullCancellationReasons, pullCancellationReasonsWithOptions } from './cancellation-reasons.js';

export { CancellationReason, getCancellationReason, listCancellationReasons, longestPullSeconds, pullCancellationReasons, pullCancellationReasonsWithOptions, PullOptions } from './cancellation-reasons.js';
export { OmnitronConnection, omnitronPasswordPurpose, setOmnitronConnection } from './omnitron-connections.js';

/** What the gateway mounts of oms. */
export const omsEndpoints: readonly MountedEndpoint[] = [pullCancellationReasons, pullCancellationReasonsWithOptions, listCancellationReasons, getCancellationReason];
