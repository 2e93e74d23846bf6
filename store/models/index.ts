export * from './approvals';
export * from './audit';
export * from './people';
export * from './telling';
export * from './workspaces';
