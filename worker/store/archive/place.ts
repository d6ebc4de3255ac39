/** Whose contents. R2 keys begin with the organization, so that no listing or deletion can reach another's objects. */
export interface ProjectPlace {
  organizationId: string;
  projectId: string;
}

export const projectFolder = ({ organizationId, projectId }: ProjectPlace): string => `${organizationId}/projects/${projectId}/`;
